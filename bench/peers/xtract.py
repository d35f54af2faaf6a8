"""What `xtract -mixed` is asked to print of a PubmedArticle: the fields of the project's tables, a line per record."""

WIDE_SET = """
-pattern PubmedArticle
-element MedlineCitation/PMID MedlineCitation/PMID@Version MedlineCitation@Status MedlineCitation@Owner
    MedlineCitation@IndexingMethod Article@PubModel
-block DateCompleted -element Year,Month,Day
-block DateRevised -element Year,Month,Day
-block Journal -element ISSN,ISSN@IssnType JournalIssue@CitedMedium Volume Issue Title ISOAbbreviation
-block PubDate -element Year Month Day Season MedlineDate
-block Article -element ArticleTitle VernacularTitle MedlinePgn StartPage EndPage Language
-block Article/Abstract -element CopyrightInformation
-block Abstract/AbstractText -element @Label,@NlmCategory,AbstractText
-block OtherAbstract -element @Type @Language AbstractText
-block Author -element @ValidYN,LastName,ForeName,Initials,Suffix,CollectiveName,Affiliation
-block Author/Identifier -element @Source,Identifier
-block Investigator -element LastName,ForeName,Initials,Affiliation
-block PersonalNameSubject -element LastName,ForeName,Initials
-block ELocationID -element @EIdType,@ValidYN,ELocationID
-block ArticleDate -element @DateType,Year,Month,Day
-block DataBank -element DataBankName,AccessionNumber
-block Grant -element GrantID,Acronym,Agency,Country
-block PublicationType -element @UI,PublicationType
-block MedlineJournalInfo -element Country MedlineTA NlmUniqueID ISSNLinking
-block Chemical -element RegistryNumber,NameOfSubstance@UI,NameOfSubstance
-block SupplMeshName -element @Type,@UI,SupplMeshName
-block MeshHeading -element DescriptorName@UI,DescriptorName@MajorTopicYN,DescriptorName
    QualifierName@UI,QualifierName@MajorTopicYN,QualifierName
-block CommentsCorrections -element @RefType,RefSource,PMID,Note
-block KeywordList -element @Owner
-block Keyword -element @MajorTopicYN,Keyword
-block MedlineCitation -element CitationSubset GeneSymbol NumberOfReferences CoiStatement SpaceFlightMission
-block OtherID -element @Source,OtherID
-block GeneralNote -element @Owner,GeneralNote
-block Object -element @Type
-block Param -element @Name,Param
-block History/PubMedPubDate -element @PubStatus,Year,Month,Day,Hour,Minute
-block PubmedData -element PublicationStatus
-block PubmedData/ArticleIdList/ArticleId -element @IdType,ArticleId
-block Reference -element Citation,ArticleId@IdType,ArticleId
""".split()
